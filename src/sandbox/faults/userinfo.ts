/** Faults of the userinfo answer (OpenID Connect Core 1.0, section 5.3). */
import { randomUUID } from 'node:crypto';
import type { Fault } from './fault.ts';

export const userinfoFaults: readonly Fault[] = [
  {
    id: 'userinfo-other-sub',
    title: 'Userinfo of somebody else',
    defence: 'sub must be the ID token’s, or one person’s claims end up with another (Core, 5.3.2).',
    end: 'userinfo_subject_mismatch',
    misbehave: (ctx) => {
      ctx.body = { ...(ctx.body as object), sub: randomUUID() };
    },
  },
];
