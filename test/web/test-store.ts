// A session store that can be slow, fail or wait, and that shows what it holds.

import session, { type SessionData } from 'express-session';
import type { FlowStore } from '../../src/web/flow-store.ts';
import type { SessionStore } from '../../src/web/session-store.ts';

export type Operation = 'get' | 'set' | 'destroy' | 'replace';

type Callback = (error?: unknown, data?: SessionData | null) => void;

export class TestStore extends session.Store implements SessionStore {
  /** Sessions as JSON, by id. */
  readonly held = new Map<string, string>();
  /** What fails, instead of being done. */
  readonly failing = new Set<Operation>();
  /** What fails although it has been done, as with an answer that got lost. */
  readonly failingAfterwards = new Set<Operation>();
  /** What an operation waits for. */
  readonly before: Partial<Record<Operation, () => Promise<unknown> | undefined>> = {};

  async #run(operation: Operation, callback: Callback | undefined, work: () => SessionData | null) {
    await this.before[operation]?.();
    if (this.failing.has(operation)) return callback?.(new Error(`The store cannot ${operation}.`));
    const data = work();
    if (this.failingAfterwards.has(operation)) return callback?.(new Error('The answer got lost.'));
    return callback?.(null, data);
  }

  override get(id: string, callback: Callback): void {
    void this.#run('get', callback, () => JSON.parse(this.held.get(id) ?? 'null'));
  }

  override set(id: string, data: SessionData, callback?: Callback): void {
    const json = JSON.stringify(data);
    void this.#run('set', callback, () => {
      this.held.set(id, json);
      return null;
    });
  }

  override destroy(id: string, callback?: Callback): void {
    void this.#run('destroy', callback, () => {
      this.held.delete(id);
      return null;
    });
  }

  async replace(id: string, data: SessionData): Promise<boolean> {
    const json = JSON.stringify(data);
    await this.before.replace?.();
    if (this.failing.has('replace')) throw new Error('The store cannot replace.');
    const isThere = this.held.has(id);
    if (isThere) this.held.set(id, json);
    return isThere;
  }
}

/** The same for the flow's records. */
export class TestFlowStore implements FlowStore {
  readonly held = new Map<string, string>();
  readonly failing = new Set<keyof FlowStore>();
  readonly hanging = new Set<keyof FlowStore>();

  async #may(operation: keyof FlowStore): Promise<void> {
    if (this.hanging.has(operation)) await new Promise(() => {});
    if (this.failing.has(operation)) throw new Error(`The store cannot ${operation}.`);
  }

  async set(id: string, record: string): Promise<void> {
    await this.#may('set');
    this.held.set(id, record);
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
