import type { ContainerModule } from 'inversify';
import {
  type BatchContext,
  type ConsumerRecord,
  PartitaError,
  type RecordContext,
} from '../core/index.ts';
import { type CallSlot, callSlot } from './call-scope.ts';
import { inversify } from './load-inversify.ts';
import { tokens } from './tokens.ts';

/** What belongs to the call that something is made for. */
export function callTokensModule(): ContainerModule {
  return new inversify.ContainerModule(({ bind }) => {
    bind(tokens.context).toResolvedValue(recordContext, [callSlot]).inRequestScope();
    bind(tokens.batchContext).toResolvedValue(batchContext, [callSlot]).inRequestScope();
    bind(tokens.record)
      .toResolvedValue((slot: CallSlot): ConsumerRecord => recordContext(slot).record, [callSlot])
      .inRequestScope();
  });
}

function recordContext(slot: CallSlot): RecordContext {
  const context = current(slot);
  if ('record' in context) return context;
  throw new MisplacedError('a batch is handled: ask for tokens.batchContext');
}

function batchContext(slot: CallSlot): BatchContext {
  const context = current(slot);
  if ('records' in context) return context;
  throw new MisplacedError('a single record is handled: ask for tokens.context');
}

function current(slot: CallSlot): RecordContext | BatchContext {
  if (slot.current === undefined)
    throw new MisplacedError(
      'nothing is handled at the moment: bind what asks for it by perRecord()',
    );
  return slot.current.context;
}

/** The context of a call was asked for where there is none, or another one. */
export class MisplacedError extends PartitaError {
  constructor(why: string) {
    super('INVALID_CONFIG', `The context of a call was asked for, but ${why}.`);
  }
}
