/**
 * Asks and posts as clients do; then sends the signal that whoever runs the server would, while the handler is at work.
 */
export async function tryOut(url: string, begun: Promise<void>): Promise<void> {
  const ready = await fetch(`${url}/ready`);
  console.log(`GET /ready: ${ready.status} ${await ready.text()}`);
  for (const order of [{ id: 'order-1', total: 42 }, { id: 'order-2' }]) {
    const body = JSON.stringify(order);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/orders`, { method: 'POST', headers, body });
    console.log(`POST /orders ${body}: ${answer.status}`);
  }
  await begun;
  process.kill(process.pid, 'SIGTERM');
}
