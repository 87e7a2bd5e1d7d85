import { expect, it } from 'vitest';
import { webSocketServer } from '../../../../src/emulator/amqp/web-socket-server.ts';

it('says how to install the package ws when it is missing', () => {
  const load = () => {
    throw new Error('Cannot find module');
  };
  expect(() => webSocketServer({ cert: '', key: '' }, load)).toThrow(
    expect.objectContaining({
      code: 'MISSING_PEER',
      message: expect.stringContaining('npm install --save-dev ws'),
    }),
  );
});
