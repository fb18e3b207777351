// express-session's store over three asynchronous functions, the same for memory and for Redis.

import { callbackify } from 'node:util';
import session, { type SessionData } from 'express-session';

interface SessionFunctions {
  /** Loading a session is use: it starts the idle time again. */
  load(id: string): Promise<SessionData | undefined>;
  /** Writes nothing if the session has ended. */
  save(id: string, data: SessionData): Promise<void>;
  end(id: string): Promise<void>;
}

/** There is no `touch`: `get` has done its work when a request ends. */
export class SessionStore extends session.Store {
  override readonly get: session.Store['get'];
  override readonly set: session.Store['set'];
  override readonly destroy: session.Store['destroy'];

  constructor({ load, save, end }: SessionFunctions) {
    super();
    const [get, set, destroy] = [callbackify(load), callbackify(save), callbackify(end)];
    this.get = (id, callback) => get(id, (error, data) => callback(error, data ?? null));
    this.set = (id, data, callback = ignore) => set(id, data, callback);
    this.destroy = (id, callback = ignore) => destroy(id, callback);
  }
}

function ignore(): void {}
