import { inspect } from 'node:util';

/**
 * A value that prints as `***` wherever it ends up by accident: in a template, in JSON, in
 * util.inspect, in an error's cause.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /**
   * The value itself. Only for sending it (HTTP, git, the stores), recognizing it and hiding it.
   */
  reveal(): string {
    return this.#value;
  }

  get isEmpty(): boolean {
    return this.#value === '';
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
