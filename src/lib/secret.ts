import { inspect } from 'node:util';

/**
 * A value that prints as `***` wherever it lands by accident: in a template, in JSON, in
 * util.inspect, in an error's cause.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /**
   * The value itself: for the wire (HTTP, git, the stores), its recognition and its hiding. Nothing
   * else may ask for it.
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
