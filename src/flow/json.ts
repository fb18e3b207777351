// JSON values from outside, for a record and its page: a bounded copy of them, and how they are printed. They are data:
// no field of theirs is ever called or turned into a string by its own means.

import type { JsonObject } from './record.ts';

/** One body, one JWT header or one set of claims, as JSON. */
export const VALUE_LIMIT_BYTES = 2_048;
/** Characters of one text in it. */
const TEXT_LIMIT = VALUE_LIMIT_BYTES / 8;
/** The brackets of an object or array, and the note of what is left out. It bounds the depth, too. */
const BRACKETS_BYTES = 40;

/** As many fields of an object as there is room for. The work ends with the room, however big the object is. */
export function boundObject(object: JsonObject): JsonObject {
  return Object.fromEntries(copyEntries(object, { bytes: VALUE_LIMIT_BYTES }));
}

/** @returns undefined if there is no room */
function copy(value: unknown, room: { bytes: number }): unknown {
  if (typeof value === 'object' && value !== null) {
    if (room.bytes < BRACKETS_BYTES) return undefined;
    const entries = copyEntries(value, room);
    // fromEntries makes "__proto__" an ordinary field.
    return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
  }
  const shown = typeof value === 'string' ? cut(value) : value;
  room.bytes -= sizeOf(shown);
  return room.bytes < 0 ? undefined : shown;
}

function copyEntries(object: object, room: { bytes: number }): [string, unknown][] {
  room.bytes -= BRACKETS_BYTES;
  const entries: [string, unknown][] = Object.entries(object);
  const kept: typeof entries = [];
  for (const [name, value] of entries) {
    room.bytes -= sizeOf(cut(name));
    const shown = copy(value, room);
    if (shown === undefined) return [...kept, ['…', `and ${entries.length - kept.length} more`]];
    kept.push([cut(name), shown]);
  }
  return kept;
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}

/** The beginning of a text, and how long it was. */
export function cut(text: string, limit = TEXT_LIMIT): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;
}

/** JSON with indents; an array without objects and arrays stands in one line. Only for bounded values. */
export function printJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => printJson(item, deeper));
    if (items.length === 0) return '[]';
    const isFlat = !value.some((item) => typeof item === 'object' && item !== null);
    return isFlat ? `[ ${items.join(', ')} ]` : `[\n${deeper}${items.join(`,\n${deeper}`)}\n${indent}]`;
  }
  const fields = Object.entries(value).map(
    ([name, inner]) => `${JSON.stringify(name)}: ${printJson(inner, deeper)}`,
  );
  return fields.length === 0 ? '{}' : `{\n${deeper}${fields.join(`,\n${deeper}`)}\n${indent}}`;
}
