/**
 * Watches the lengths of incoming frames before KafkaJS sees them: KafkaJS waits for 2 GB when a length is garbage, and
 * loops for ever on a negative one.
 */
export class FrameGuard {
  readonly #maxFrameBytes: number;
  /** Bytes of the current frame's body that are still to come. */
  #bodyLeft = 0;
  #length = 0;
  #lengthBytes = 0;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Follows the frames in the next bytes of the stream; gives the first length that cannot be right. */
  badLength(data: Buffer): number | undefined {
    let at = 0;
    while (at < data.length) {
      if (this.#bodyLeft > 0) {
        const step = Math.min(this.#bodyLeft, data.length - at);
        this.#bodyLeft -= step;
        at += step;
        continue;
      }
      this.#length = (this.#length << 8) | (data[at++] as number);
      this.#lengthBytes++;
      if (this.#lengthBytes < 4) continue;
      // Every response begins with its correlation id.
      if (this.#length < 4 || this.#length > this.#maxFrameBytes) return this.#length;
      this.#bodyLeft = this.#length;
      this.#length = 0;
      this.#lengthBytes = 0;
    }
    return undefined;
  }
}
