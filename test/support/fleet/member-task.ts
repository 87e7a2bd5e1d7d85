/** What a member process is told. */
export interface MemberTask {
  readonly member: string;
  readonly bootstrap: readonly string[];
  readonly topic: string;
  readonly group: string;
  /** @default 6_000 */
  readonly sessionTimeoutMs?: number;
  /** Where it notes down what it handled. */
  readonly logFile: string;
}
