/** A piece of a text: as it stands, or what is between `${` and its `}`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly inside: string }
  /** `${` without an end. */
  | { readonly kind: 'open' };

/** `a${B:-${C}}d` → `a`, the expression `B:-${C}`, `d`. `$${` stands for a `${` that is meant literally. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let from = 0;
  while (from < text.length) {
    const at = text.indexOf('${', from);
    if (at < 0) break;
    if (text[at - 1] === '$' && at > from) {
      found.push({ kind: 'text', text: `${text.slice(from, at - 1)}\${` });
      from = at + 2;
      continue;
    }
    if (at > from) found.push({ kind: 'text', text: text.slice(from, at) });
    const end = closing(text, at + 2);
    if (end === undefined) return [...found, { kind: 'open' }];
    found.push({ kind: 'expression', inside: text.slice(at + 2, end) });
    from = end + 1;
  }
  return from < text.length ? [...found, { kind: 'text', text: text.slice(from) }] : found;
}

/** The `}` that ends what began before this place. */
function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}
