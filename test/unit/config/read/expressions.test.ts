// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of configurations.
import { expect, it } from 'vitest';
import { pieces } from '../../../../src/config/read/expressions.ts';

const text = (it: string) => ({ kind: 'text', text: it });
const expression = (inside: string) => ({ kind: 'expression', inside });

it.for([
  ['plain $NAME {}', [text('plain $NAME {}')]],
  ['', []],
  ['a${B}c', [text('a'), expression('B'), text('c')]],
  ['${A}${B}', [expression('A'), expression('B')]],
  ['${A:-${B:-x}}y', [expression('A:-${B:-x}'), text('y')]],
  ['${file:${DIR}/s}', [expression('file:${DIR}/s')]],
  ['$${A} ${B}', [text('${'), text('A} '), expression('B')]],
  ['a${B', [text('a'), { kind: 'open' }]],
  ['${}', [expression('')]],
] as const)('takes %s apart', ([given, wanted]) => {
  expect(pieces(given)).toEqual(wanted);
});
