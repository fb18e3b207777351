// Faults of the userinfo response (OpenID Connect Core 1.0, section 5.3).

import { randomUUID } from 'node:crypto';
import type { Faults } from './fault.ts';

export const userinfoFaults: Faults = {
  'userinfo-other-sub': {
    title: 'Userinfo of another user',
    rule: 'sub must be the same as in the ID token; otherwise, one user would get the claims of another (OpenID Connect Core, 5.3.2).',
    end: 'userinfo_subject_mismatch',
    inject: (ctx) => {
      ctx.body = { ...(ctx.body as object), sub: randomUUID() };
    },
  },
};
