/** Who we are to the coordinator. */
export interface MemberIdentity {
  /** Given by the coordinator; empty before the first join. */
  readonly memberId: string;
  /** -1 while we are in none. */
  readonly generation: number;
}

/** Not a member; also what positions are stored under when a group has no members. */
export const nobody: MemberIdentity = { memberId: '', generation: -1 };
