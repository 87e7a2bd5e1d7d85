/** Which links a fault is for. What is left out matches everything. */
export interface FaultTarget {
  readonly hub?: string;
  readonly partition?: string;
  readonly group?: string;
}

/** What a link is about, as far as known: a producer link without a partition has none. */
export interface LinkPlace {
  readonly hub: string;
  readonly partition?: string | undefined;
  readonly group?: string | undefined;
}

export function matches(target: FaultTarget, place: LinkPlace): boolean {
  return (
    isSame(target.hub, place.hub) &&
    isSame(target.partition, place.partition) &&
    isSame(target.group, place.group)
  );
}

/** Names of hubs and groups are not told apart by case, as on the service. */
function isSame(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted.toLowerCase() === actual?.toLowerCase();
}
