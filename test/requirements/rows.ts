// What the specifications and OWASP ASVS 5.0 require of this app, each with the tests that show it, or with the party that must
// meet it instead. The ids are the ids of the sections.

export interface Row {
  id: string;
  /** The requirement in a few words. */
  asks: string;
  /** The file and the title of each test that shows it. */
  tests: { file: string; title: string }[];
  /** Why there is no test: the requirement does not apply here, or another party must meet it. */
  elsewhere?: string;
  /** What this app does instead, by design. */
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

/** A row with what the design does instead. */
export function departing(departs: string, row: Row): Row {
  return { ...row, departs };
}
