import { describe, expect, it } from 'vitest';
import { ConnectedReceivers } from '../../../../src/emulator/amqp/connected-receivers.ts';

function receiver(epoch?: number, name?: string) {
  const reasons: string[] = [];
  return {
    name,
    epoch,
    reasons,
    disconnect: (error: Error) => {
      reasons.push(error.message);
    },
  };
}
const failing = (condition: string, message: RegExp) =>
  expect.objectContaining({ condition, message: expect.stringMatching(message) });

describe('connected receivers', () => {
  it('with an epoch are alone: all others of the same or a lower one are told why they go', () => {
    const receivers = new ConnectedReceivers();
    const [plain, low, same] = [receiver(), receiver(3, 'low'), receiver(3)];
    receivers.admit(plain);
    receivers.admit(low);
    receivers.admit(same);
    expect(receivers.all).toEqual([same]);
    expect(plain.reasons).toEqual([
      expect.stringContaining("current receiver 'nil' with epoch '-1' is getting disconnected"),
    ]);
    expect(low.reasons).toEqual([
      expect.stringContaining(
        "New receiver 'nil' with higher epoch of '3' is created hence current receiver 'low' with epoch '3'",
      ),
    ]);
  });

  it('keep out lower epochs and receivers without one, until they leave', () => {
    const receivers = new ConnectedReceivers();
    const owner = receiver(5, 'owner');
    receivers.admit(owner);
    const stolen = (message: RegExp) => failing('amqp:link:stolen', message);
    expect(() => receivers.admit(receiver(4, 'late'))).toThrow(
      stolen(/Receiver 'owner' with a higher epoch '5' already exists. Receiver 'late'/),
    );
    expect(() => receivers.admit(receiver())).toThrow(stolen(/created with epoch of '5'/));
    expect(owner.reasons).toEqual([]);
    receivers.leave(owner);
    receivers.admit(receiver());
    expect(receivers.all).toHaveLength(1);
  });

  it('without an epoch may be five', () => {
    const receivers = new ConnectedReceivers();
    for (let i = 0; i < 5; i++) receivers.admit(receiver());
    expect(() => receivers.admit(receiver())).toThrow(
      failing('amqp:resource-limit-exceeded', /which is 5/),
    );
  });
});
