import { LiveView } from './live-view.ts';
import { PlainView } from './plain-view.ts';
import type { View } from './view.ts';

/** A live picture on a terminal, plain lines elsewhere. */
export function openView(terminal: boolean): View {
  return terminal ? new LiveView() : new PlainView();
}
