import type { MessageBus, Unsubscribe } from '../bus/message-bus.ts';
import type { Topic } from '../bus/topic.ts';
import type { HookName } from './hooks.ts';
import type { BusView } from './strategy-context.ts';
import type { StrategyRunner } from './strategy-runner.ts';

/**
 * The bus as one strategy sees it: what its handlers throw is its own fault, not that of who sent the message.
 * @internal
 */
export class RunnerBus implements BusView {
  readonly #runner: StrategyRunner;
  readonly #bus: MessageBus;

  constructor(runner: StrategyRunner, bus: MessageBus) {
    this.#runner = runner;
    this.#bus = bus;
  }

  publish<Payload>(topic: Topic<Payload>, message: Payload): void { this.#bus.publish(topic, message); }

  register<Request, Response>(endpoint: string, handler: (request: Request) => Response): Unsubscribe {
    return this.#bus.registerAnswering<Request, Response>(endpoint, (request, reply) => {
      this.#runner.callWith(`endpoint ${endpoint}` as HookName, () => {
        const response = handler(request);
        reply(response);
        return response;
      }, undefined);
    });
  }

  request<Request, Response>(endpoint: string, request: Request, onReply?: (response: Response) => void): void {
    if (onReply === undefined) this.#bus.request(endpoint, request);
    else this.#bus.request<Request, Response>(endpoint, request, (response) => { this.#runner.callWith(`reply of ${endpoint}` as HookName, onReply, response); });
  }
}
