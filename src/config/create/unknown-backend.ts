import { type BackendDefinition, PartitaError } from '../../core/index.ts';

/** Stands in for a backend whose section is wrong, so that the problems of the consumers are told in the same go. */
export const unknownBackend: BackendDefinition = {
  name: 'unknown',
  capabilities: {
    assignors: true,
    cooperative: true,
    staticMembership: true,
    groupGeneration: true,
    patternSubscription: true,
    createTopics: true,
    startAtTime: true,
    recordKeys: true,
    writtenOffsets: true,
    transactions: false,
    offsetGaps: true,
    commitMetadataBytes: 0,
    maxRecordBytes: 0,
    commitVisibleMs: 0,
  },
  open() {
    throw new PartitaError('INTERNAL', 'A configuration with problems was opened.');
  },
};
