/** What a link's address names. */
export type Address =
  | { readonly kind: 'cbs' }
  | { readonly kind: 'management' }
  | { readonly kind: 'hub'; readonly hub: string; readonly partition: string | undefined }
  | {
      readonly kind: 'consumer';
      readonly hub: string;
      readonly group: string;
      readonly partition: string;
    };

/** The path of an address; clients write `hub`, `/hub` or `amqps://host:port/hub`. */
export function pathOf(address: string): string {
  return address.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/^\/+|\/+$/g, '');
}

const consumer = /^(.+)\/consumergroups\/([^/]+)\/partitions\/([^/]+)$/i;
const partition = /^(.+)\/partitions\/([^/]+)$/i;

/** Reads an address from its end, as hub names may contain slashes. */
export function parseAddress(address: string): Address {
  const path = pathOf(address);
  if (path === '$cbs') return { kind: 'cbs' };
  if (path === '$management' || path.endsWith('/$management')) return { kind: 'management' };
  const [, hub, group, id] = consumer.exec(path) ?? [];
  if (hub !== undefined && group !== undefined && id !== undefined) {
    return { kind: 'consumer', hub, group, partition: id };
  }
  const [, partitioned, of] = partition.exec(path) ?? [];
  return { kind: 'hub', hub: partitioned ?? path, partition: of };
}
