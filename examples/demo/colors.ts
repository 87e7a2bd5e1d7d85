import { styleText } from 'node:util';

const colors = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;

/** A partition's number in a colour of its own, so that the eye can follow it from member to member. */
export function partitionColor(partition: number): string {
  const color = colors[partition % colors.length] ?? 'white';
  return styleText(partition >= colors.length ? [color, 'bold'] : color, String(partition));
}
