/** `String.hashCode` of Java: 31-polynomial over UTF-16 code units, as a signed 32-bit integer. */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The bucket in which `java.util.HashMap` keeps a key; `capacity` is a power of two. */
export function javaBucket(hash: number, capacity: number): number {
  return (hash ^ (hash >>> 16)) & (capacity - 1);
}

/** Size of the table of a `java.util.HashMap` into which `size` keys were put one by one. */
export function javaTableSize(size: number): number {
  let capacity = 16;
  while (size > capacity * 0.75) capacity *= 2;
  return capacity;
}

/**
 * The order in which a `java.util.HashMap` lists these distinct keys after they were put in the given order: by
 * bucket, inside a bucket as inserted. Returned as positions in `keys`.
 *
 * Java's sticky assignors hand out the extra partitions in this order, so two leaders agree only if both use it. Buckets
 * that Java turns into trees (eight keys and more in one) are listed as inserted.
 */
export function javaHashOrder(keys: readonly string[]): Int32Array {
  const capacity = javaTableSize(keys.length);
  const bucketOf = new Int32Array(keys.length);
  const starts = new Int32Array(capacity + 1);
  for (let i = 0; i < keys.length; i++) {
    const bucket = javaBucket(javaStringHash(keys[i] as string), capacity);
    bucketOf[i] = bucket;
    starts[bucket + 1] = (starts[bucket + 1] as number) + 1;
  }
  for (let b = 0; b < capacity; b++)
    starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  const order = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const bucket = bucketOf[i] as number;
    const place = starts[bucket] as number;
    starts[bucket] = place + 1;
    order[place] = i;
  }
  return order;
}
