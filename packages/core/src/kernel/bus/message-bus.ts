import { ArbError } from '../errors.ts';
import { type Topic, topicMatches } from './topic.ts';

/** Receives the messages of a topic. */
export type MessageHandler<Payload> = (message: Payload) => void;

/** Ends a subscription; ending it twice does nothing. */
export type Unsubscribe = () => void;

/** Answers a request through `reply`, at most once; one that fails does not. */
export type AnsweringHandler<Request, Response> = (request: Request, reply: MessageHandler<Response>) => void;

/** Answers a request sent to an endpoint. */
export type RequestHandler<Request, Response> = (request: Request) => Response;

interface Channel { readonly name: string; handlers: MessageHandler<unknown>[] }
interface Pattern { readonly pattern: string; readonly handler: MessageHandler<unknown> }

/** Messages that may wait at once; more means handlers answer each other without end. */
const MAX_QUEUED = 1_000_000;

/**
 * Publish/subscribe and point-to-point messages inside one kernel, synchronous and ordered.
 *
 * Handlers run in subscription order. What is published while a handler runs is queued and delivered after it, first in first out, never inside it.
 * A topic's name is looked up once; publishing costs an array walk.
 */
export class MessageBus {
  readonly #channels = new Map<string, Channel>();
  #lastChannel: Channel | undefined;
  readonly #patterns: Pattern[] = [];
  readonly #endpoints = new Map<string, AnsweringHandler<never, never>>();
  // The queue: what to call and with what, side by side; slots are used again, so that waiting allocates nothing.
  #deliveries: ((message: never) => void)[] = [];
  #messages: unknown[] = [];
  #tail = 0;
  #head = 0;
  #isDraining = false;
  #held = 0;

  /** Delivers a message to everyone subscribed when its turn comes. */
  publish<Payload>(topic: Topic<Payload>, message: Payload): void {
    if (topic.schema !== undefined) checkPayload(topic, message);
    const channel = this.#channel(topic.name);
    if (channel.handlers.length === 0) return;
    this.defer((payload: Payload) => { deliver(channel, payload); }, message);
  }

  /** True where someone would receive what is published; lets a publisher skip making the message. */
  hasSubscribers(topic: Topic<unknown>): boolean {
    return this.#channel(topic.name).handlers.length > 0;
  }

  /** Subscribes to one topic. */
  subscribe<Payload>(topic: Topic<Payload>, handler: MessageHandler<Payload>): Unsubscribe {
    return add(this.#channel(topic.name), handler as MessageHandler<unknown>);
  }

  /** Subscribes to every topic a pattern covers, those of later too; see {@link topicMatches}. */
  subscribePattern(pattern: string, handler: MessageHandler<unknown>): Unsubscribe {
    const own: MessageHandler<unknown> = (message) => { handler(message); };      // the same handler may be subscribed elsewhere
    const entry: Pattern = { pattern, handler: own };
    this.#patterns.push(entry);
    for (const channel of this.#channels.values()) if (topicMatches(pattern, channel.name)) add(channel, own);
    return () => {
      const at = this.#patterns.indexOf(entry);
      if (at >= 0) this.#patterns.splice(at, 1);
      for (const channel of this.#channels.values()) remove(channel, own);
    };
  }

  /**
   * Registers the one receiver of an endpoint.
   * @throws ArbError `ARB_ENDPOINT_TAKEN`
   */
  register<Request, Response>(endpoint: string, handler: RequestHandler<Request, Response>): Unsubscribe {
    return this.registerAnswering<Request, Response>(endpoint, (request, reply) => { reply(handler(request)); });
  }

  /**
   * Registers the one receiver of an endpoint, which may fail to answer.
   * @throws ArbError `ARB_ENDPOINT_TAKEN`
   */
  registerAnswering<Request, Response>(endpoint: string, handler: AnsweringHandler<Request, Response>): Unsubscribe {
    if (this.#endpoints.has(endpoint)) throw new ArbError('ARB_ENDPOINT_TAKEN', `endpoint "${endpoint}" is registered already; end the other registration first`, { endpoint });
    this.#endpoints.set(endpoint, handler as unknown as AnsweringHandler<never, never>);
    return () => { if (this.#endpoints.get(endpoint) === (handler as unknown)) this.#endpoints.delete(endpoint); };
  }

  /**
   * Sends a request to an endpoint; the reply arrives once, after the current handler.
   * @throws ArbError `ARB_NO_ENDPOINT` naming those that exist
   */
  request<Request, Response>(endpoint: string, request: Request, onReply?: MessageHandler<Response>): void {
    const handler = this.#endpoints.get(endpoint) as unknown as AnsweringHandler<Request, Response> | undefined;
    if (handler === undefined) {
      throw new ArbError('ARB_NO_ENDPOINT', `nobody answers at "${endpoint}"; registered: ${[...this.#endpoints.keys()].join(', ') || 'none'}`, { endpoint });
    }
    this.defer((payload: Request) => {
      handler(payload, (response) => { if (onReply !== undefined) onReply(response); });
    }, request);
  }

  /** Runs something after what is queued already. Everything that must not happen inside a handler goes through here. */
  defer<Message>(deliver: (message: Message) => void, message: Message): void {
    if (this.#tail - this.#head >= MAX_QUEUED) {
      throw new ArbError('ARB_MESSAGE_STORM', `${MAX_QUEUED} messages wait on the bus; handlers publish without end`, {});
    }
    this.#deliveries[this.#tail] = deliver as (message: never) => void;
    this.#messages[this.#tail++] = message;
    if (!this.#isDraining && this.#held === 0) this.drain();
  }

  /** While held, messages wait; the kernel holds the bus during an input and drains it after. */
  hold(): void { this.#held++; }

  /** Ends a {@link hold} without draining. */
  release(): void { this.#held--; }

  /** Delivers what waits, including what is published meanwhile. Called inside a handler it does nothing. */
  drain(): void {
    if (this.#isDraining || this.#tail === 0) return;
    this.#isDraining = true;
    try {
      while (this.#head < this.#tail) {
        const run = this.#deliveries[this.#head]!;
        const message = this.#messages[this.#head];
        this.#messages[this.#head++] = undefined;
        run(message as never);
      }
    } finally {
      if (this.#head < this.#tail) this.#keepUndelivered();
      else {
        this.#head = 0;
        this.#tail = 0;
      }
      this.#isDraining = false;
    }
  }

  /** A handler threw: what came after it waits for the next drain. */
  #keepUndelivered(): void {
    this.#deliveries = this.#deliveries.slice(this.#head, this.#tail);
    this.#messages = this.#messages.slice(this.#head, this.#tail);
    this.#tail -= this.#head;
    this.#head = 0;
  }

  #channel(name: string): Channel {
    if (this.#lastChannel?.name === name) return this.#lastChannel;
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = { name, handlers: this.#patterns.filter(({ pattern }) => topicMatches(pattern, name)).map(({ handler }) => handler) };
      this.#channels.set(name, channel);
    }
    this.#lastChannel = channel;
    return channel;
  }
}

function deliver(channel: Channel, message: unknown): void {
  for (const handler of channel.handlers) handler(message);
}

/** Handlers are replaced, not changed in place, so a list that is being walked stays as it was. */
function add(channel: Channel, handler: MessageHandler<unknown>): Unsubscribe {
  let isEnded = false;
  channel.handlers = [...channel.handlers, handler];
  return () => {
    if (!isEnded) remove(channel, handler);
    isEnded = true;
  };
}

function remove(channel: Channel, handler: MessageHandler<unknown>): void {
  const at = channel.handlers.indexOf(handler);
  if (at >= 0) channel.handlers = channel.handlers.toSpliced(at, 1);
}

function checkPayload(topic: Topic<unknown>, message: unknown): void {
  const result = topic.schema!['~standard'].validate(message);
  if (result instanceof Promise) throw new ArbError('ARB_BAD_MESSAGE', `topic ${topic.name}: its schema is asynchronous; use a synchronous one`, { topic: topic.name });
  if (result.issues) {
    throw new ArbError('ARB_BAD_MESSAGE', `topic ${topic.name}: ${result.issues.map(({ message: text }) => text).join('; ')}`, { topic: topic.name });
  }
}
