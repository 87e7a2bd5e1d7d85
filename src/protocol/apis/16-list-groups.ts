// ListGroups v0-v5: all versions there are.
import { type Api, defineApi, requireVersion } from '../api.ts';

export interface ListGroupsRequest {
  /** Only groups in one of these states; needs v4. @default [] (all) */
  readonly states?: readonly string[];
  /** Only groups of one of these types (`classic`, `consumer`, ...); needs v5. @default [] (all) */
  readonly types?: readonly string[];
}

export interface ListedGroup {
  readonly groupId: string;
  readonly protocolType: string;
  /** Null before v4. */
  readonly state: string | null;
  /** Null before v5. */
  readonly type: string | null;
}

export interface ListGroupsResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly groups: readonly ListedGroup[];
}

export const listGroupsApi: Api<ListGroupsRequest, ListGroupsResponse> = defineApi({
  key: 16,
  name: 'ListGroups',
  versions: { min: 0, max: 5 },
  flexibleFrom: 3,
  write(to, { states = [], types = [] }, version) {
    if (states.length > 0) requireVersion('ListGroups', 'a filter by state', version, 4);
    if (types.length > 0) requireVersion('ListGroups', 'a filter by type', version, 5);
    if (version >= 4) to.stringArray(states);
    if (version >= 5) to.stringArray(types);
  },
  read(from, version) {
    const throttleTimeMs = version >= 1 ? from.int32() : 0;
    const errorCode = from.int16();
    const groups = from.array((one) => {
      const group = {
        groupId: one.string(),
        protocolType: one.string(),
        state: version >= 4 ? one.string() : null,
        type: version >= 5 ? one.string() : null,
      };
      one.tags();
      return group;
    });
    from.tags();
    return { throttleTimeMs, errorCode, groups };
  },
});
