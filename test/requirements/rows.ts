// What the specifications and OWASP ASVS 5.0 ask of this app, each with the tests that show it, or with who else must see to
// it. The ids are the sections' own.

export interface Row {
  id: string;
  /** In a few words of ours. */
  asks: string;
  /** File and title. */
  tests: { file: string; title: string }[];
  /** Why there is no test: it does not apply here, or another party must see to it. */
  elsewhere?: string;
  /** What this app does instead, on purpose. */
  departs?: string;
}

/** @param tests each "<file below test/, without .test.ts>: <full title of the test, as it stands in the file>" */
export function shown(id: string, asks: string, ...tests: string[]): Row {
  return {
    id,
    asks,
    tests: tests.map((test) => {
      const [, file = '', title = ''] = test.match(/^([\w/-]+): (.+)$/) ?? [];
      return { file: `test/${file}.test.ts`, title };
    }),
  };
}

export function elsewhere(id: string, asks: string, why: string): Row {
  return { id, asks, tests: [], elsewhere: why };
}

/** A row from which the design departs, and how. */
export function departing(departs: string, row: Row): Row {
  return { ...row, departs };
}
