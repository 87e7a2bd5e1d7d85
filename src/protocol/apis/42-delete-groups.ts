// DeleteGroups v0-v2: all versions there are.
import { type Api, defineApi } from '../api.ts';

export interface DeleteGroupsRequest {
  readonly groups: readonly string[];
}

export interface DeletedGroup {
  readonly groupId: string;
  readonly errorCode: number;
}

export interface DeleteGroupsResponse {
  readonly throttleTimeMs: number;
  readonly groups: readonly DeletedGroup[];
}

export const deleteGroupsApi: Api<DeleteGroupsRequest, DeleteGroupsResponse> = defineApi({
  key: 42,
  name: 'DeleteGroups',
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  write: (to, { groups }) => to.stringArray(groups),
  read(from) {
    const throttleTimeMs = from.int32();
    const groups = from.array((one) => {
      const deleted = { groupId: one.string(), errorCode: one.int16() };
      one.tags();
      return deleted;
    });
    from.tags();
    return { throttleTimeMs, groups };
  },
});
