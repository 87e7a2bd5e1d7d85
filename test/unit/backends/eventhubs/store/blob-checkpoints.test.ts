import { describe, expect, it } from 'vitest';
import { blobCheckpoints } from '../../../../../src/backends/eventhubs/store/blob-checkpoints.ts';

const connectionString = `DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=${btoa('secret')};EndpointSuffix=core.windows.net`;

describe('checkpoints in blobs, from a connection string', () => {
  it('opens the container', () => {
    const store = blobCheckpoints({ connectionString, container: 'checkpoints' });
    expect(store.name).toBe('blob container checkpoints of acc');
    expect(store.legacyCheckpoint).toBeUndefined();
    expect(
      blobCheckpoints({ connectionString, container: 'checkpoints', legacy: {} }).legacyCheckpoint,
    ).toBeTypeOf('function');
  });

  it('tells all problems at once', () => {
    const options = { connectionString: '', container: 'No', keptVersion: 'allow' };
    expect(() => blobCheckpoints(options)).toThrow(
      /keptVersion is no option; did you mean keptVersions\?.*connectionString is missing.*container is "No"/,
    );
  });

  it('knows the connection string of a namespace from that of a storage account', () => {
    const given =
      'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=a=';
    expect(() => blobCheckpoints({ connectionString: given, container: 'checkpoints' })).toThrow(
      'connectionString is that of a namespace: give that of the storage account',
    );
  });

  it('tells what is wrong with the connection string, and no secret', () => {
    const broken = connectionString.replace('AccountName=acc;', '');
    const open = () => blobCheckpoints({ connectionString: broken, container: 'checkpoints' });
    expect(open).toThrow(/connectionString cannot be used: .*AccountName/);
    expect(open).not.toThrow(new RegExp(btoa('secret')));
  });

  it.each(['ab', '-abc', 'a--b', 'Abc', 'a_b', 'x'.repeat(64)])(
    'refuses the name %s',
    (container) => {
      expect(() => blobCheckpoints({ connectionString, container })).toThrow(/container is/);
    },
  );
});
