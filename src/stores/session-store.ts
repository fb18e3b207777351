// A store for express-session that is made of three asynchronous functions. Memory and Redis both use it.

import session, { type SessionData } from 'express-session';

interface SessionFunctions {
  /** Loading a session counts as use: it restarts the idle time. */
  load(id: string): Promise<SessionData | undefined>;
  /** Writes nothing if the session has ended. */
  save(id: string, data: SessionData): Promise<void>;
  end(id: string): Promise<void>;
}

/** It has no `touch`, because `get` has already restarted the idle time. */
export class SessionStore extends session.Store {
  override readonly get: session.Store['get'];
  override readonly set: session.Store['set'];
  override readonly destroy: session.Store['destroy'];

  constructor({ load, save, end }: SessionFunctions) {
    super();
    this.get = (id, callback) => void load(id).then((data) => callback(null, data ?? null), callback);
    this.set = (id, data, callback = ignore) => void save(id, data).then(() => callback(), callback);
    this.destroy = (id, callback = ignore) => void end(id).then(() => callback(), callback);
  }
}

function ignore(): void {}
