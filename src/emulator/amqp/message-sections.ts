import { EncodingError, endOfValue, integerAt, variableAt } from './encoding.ts';

/** Descriptors of the sections of a message (AMQP 1.0 part 3, section 3.2), in the order they must have. */
export const section = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78,
} as const;

/** Some clients name sections by symbol. */
const bySymbol: Readonly<Record<string, number>> = {
  'amqp:header:list': section.header,
  'amqp:delivery-annotations:map': section.deliveryAnnotations,
  'amqp:message-annotations:map': section.messageAnnotations,
  'amqp:properties:list': section.properties,
  'amqp:application-properties:map': section.applicationProperties,
  'amqp:data:binary': section.data,
  'amqp:amqp-sequence:list': section.sequence,
  'amqp:amqp-value:*': section.value,
  'amqp:footer:map': section.footer,
};

export interface Section {
  readonly descriptor: number;
  readonly start: number;
  /** Where the described value starts. */
  readonly valueAt: number;
  readonly end: number;
}

/** The section that starts at `at`. */
export function sectionAt(bytes: Buffer, at: number): Section {
  if (bytes[at] !== 0x00) {
    throw new EncodingError(`Byte ${at} of the message does not start a section.`);
  }
  const valueAt = endOfValue(bytes, at + 1);
  const isSymbol = (bytes[at + 1] ?? 0) >> 4 >= 0xa;
  const descriptor = isSymbol
    ? bySymbol[variableAt(bytes, at + 1).toString('latin1')]
    : integerAt(bytes, at + 1);
  if (descriptor === undefined || descriptor === null) {
    throw new EncodingError(`Byte ${at} of the message starts a section without a known name.`);
  }
  return { descriptor, start: at, valueAt, end: endOfValue(bytes, valueAt) };
}
