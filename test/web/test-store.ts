// Stores that can be slow, fail or wait, and that show what they hold.

import session, { type SessionData } from 'express-session';
import type { RecordStore } from '../../src/stores/index.ts';

export type Operation = 'get' | 'set' | 'destroy';

type Callback = (error?: unknown, data?: SessionData | null) => void;

/** A store of sessions. A session that has ended stays ended, as in our own stores. */
export class TestStore extends session.Store {
  /** Sessions as JSON, by id. */
  readonly held = new Map<string, string>();
  readonly ended = new Set<string>();
  /** The operations that fail and do nothing. */
  readonly failing = new Set<Operation>();
  /** The operations that fail although they have been done, as if the response got lost. */
  readonly failingAfterwards = new Set<Operation>();
  /** What an operation waits for. */
  readonly before: Partial<Record<Operation, () => Promise<unknown> | undefined>> = {};

  async #run(operation: Operation, callback: Callback | undefined, work: () => SessionData | null) {
    await this.before[operation]?.();
    if (this.failing.has(operation)) return callback?.(new Error(`The store cannot ${operation}.`));
    const data = work();
    if (this.failingAfterwards.has(operation)) return callback?.(new Error('The response got lost.'));
    return callback?.(null, data);
  }

  override get(id: string, callback: Callback): void {
    void this.#run('get', callback, () => JSON.parse(this.held.get(id) ?? 'null'));
  }

  override set(id: string, data: SessionData, callback?: Callback): void {
    const json = JSON.stringify(data);
    void this.#run('set', callback, () => {
      if (!this.ended.has(id)) this.held.set(id, json);
      return null;
    });
  }

  override destroy(id: string, callback?: Callback): void {
    void this.#run('destroy', callback, () => {
      this.held.delete(id);
      this.ended.add(id);
      return null;
    });
  }
}

/** A store of the flow's records. */
export class TestRecordStore implements RecordStore {
  readonly held = new Map<string, string>();
  readonly failing = new Set<keyof RecordStore>();
  readonly hanging = new Set<keyof RecordStore>();

  async #may(operation: keyof RecordStore): Promise<void> {
    if (this.hanging.has(operation)) await new Promise(() => {});
    if (this.failing.has(operation)) throw new Error(`The store cannot ${operation}.`);
  }

  async set(id: string, textOf: () => string): Promise<void> {
    await this.#may('set');
    this.held.set(id, textOf());
  }

  async get(id: string): Promise<string | undefined> {
    await this.#may('get');
    return this.held.get(id);
  }

  async delete(id: string): Promise<void> {
    await this.#may('delete');
    this.held.delete(id);
  }
}
