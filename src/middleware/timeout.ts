import {
  defineMiddleware,
  formatPartition,
  InvalidConfigError,
  type Middleware,
  OptionCheck,
  PartitaError,
} from '../core/index.ts';

/**
 * Limits what is inside of it: after `limitMs` milliseconds its signal is aborted and the record (or batch) fails with
 * `HANDLER_TIMEOUT`. What the handler still does is not waited for, and cannot commit any more. Unlike `handlerTimeoutMs` it
 * does not count what middleware outside of it does, such as the waits of `throttle`.
 *
 * @throws InvalidConfigError when the limit is out of range.
 */
export function timeout(limitMs: number): Middleware {
  const check = new OptionCheck();
  check.ms('limitMs', limitMs);
  if (check.problems.length > 0) throw new InvalidConfigError('timeout', check.problems);
  return defineMiddleware({
    name: 'timeout',
    async handle(call, next) {
      const limit = new AbortController();
      const expired = Promise.withResolvers<never>();
      const cancel = call.env.clock.schedule(limitMs, () => {
        const { consumer, topic, partition, records } = call;
        const offset = records[0]?.offset;
        const error = new PartitaError(
          'HANDLER_TIMEOUT',
          `The handler of ${consumer} did not finish ${formatPartition(call)}@${offset} within the ${limitMs} ms of timeout(). Its signal was aborted; what it still does is not waited for.`,
          { topic, partition, ...(offset !== undefined && { offset }) },
        );
        limit.abort(error);
        expired.reject(error);
      });
      try {
        await Promise.race([next({ signal: limit.signal }), expired.promise]);
      } finally {
        cancel();
      }
    },
  });
}
