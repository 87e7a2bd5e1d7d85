import type { RheaContainer, RheaMessage, RheaReceiver, RheaSender } from './rhea.ts';

export interface Reply {
  readonly status: number;
  readonly description: string;
  /** AMQP condition of a failure. */
  readonly condition?: string;
  readonly body?: object;
}

export type Answer = (request: RheaMessage, reply: (reply: Reply) => void) => void;

interface ReplyLink {
  readonly sender: RheaSender;
  readonly waiting: object[];
}

/** A node that answers requests, such as `$cbs`: requests come in on one link, replies go out on another of the same client. */
export class RequestNode {
  readonly #rhea: RheaContainer;
  readonly #answer: Answer;
  readonly #replyLinks = new Set<ReplyLink>();

  constructor(rhea: RheaContainer, answer: Answer) {
    this.#rhea = rhea;
    this.#answer = answer;
  }

  addReplyLink(sender: RheaSender): void {
    const link: ReplyLink = { sender, waiting: [] };
    this.#replyLinks.add(link);
    sender.on('sender_flow', () => sendWaiting(link));
    sender.on('sender_close', () => this.#replyLinks.delete(link));
  }

  addRequestLink(receiver: RheaReceiver): void {
    receiver.on('message', ({ message, delivery }) => {
      delivery?.update(true, this.#rhea.message.accepted().described());
      const request = message as RheaMessage;
      this.#answer(request, (reply) => this.#send(request, reply));
    });
  }

  #send(request: RheaMessage, { status, description, condition, body }: Reply): void {
    const link = this.#replyLinkFor(request.reply_to);
    if (link === undefined) return;
    const { types } = this.#rhea;
    link.waiting.push({
      ...(request.message_id !== undefined && { correlation_id: request.message_id }),
      application_properties: {
        'status-code': types.wrap_int(status),
        'status-description': description,
        ...(condition !== undefined && { 'error-condition': types.wrap_symbol(condition) }),
      },
      body: body ?? null,
    });
    sendWaiting(link);
  }

  /** Clients name their link or its target in `reply-to`, or nothing: then it is the link they attached last. */
  #replyLinkFor(replyTo: string | undefined): ReplyLink | undefined {
    const open = [...this.#replyLinks].filter(({ sender }) => sender.is_open());
    const named = open.find(
      ({ sender }) =>
        replyTo !== undefined &&
        (sender.name === replyTo || sender.remote.attach.target?.address === replyTo),
    );
    return named ?? open.at(-1);
  }
}

function sendWaiting({ sender, waiting }: ReplyLink): void {
  let room = sender.credit;
  while (room > 0) {
    const message = waiting.shift();
    if (message === undefined) return;
    sender.send(message);
    room--;
  }
}
