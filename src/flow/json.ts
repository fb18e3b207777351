// JSON values from outside, for a record and its page: how to copy them with a size limit, and how to print
// them. They are data: the code never calls a field, and never uses a value's own methods to make a string of
// it.

import type { JsonObject } from './record.ts';

/** The limit for one body, one JWT header, or one set of claims, as JSON. */
export const VALUE_LIMIT_BYTES = 2_048;
/** The limit for one text in it, in characters. */
const TEXT_LIMIT = VALUE_LIMIT_BYTES / 8;
/**
 * The size of an object's or array's brackets and of the note about omitted values. This also limits the
 * depth.
 */
const BRACKETS_BYTES = 40;

/** Copies as many fields as the limit allows. It stops at the limit, however large the object is. */
export function truncateObject(object: JsonObject): JsonObject {
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
  const shown = typeof value === 'string' ? truncate(value) : value;
  room.bytes -= sizeOf(shown);
  return room.bytes < 0 ? undefined : shown;
}

function copyEntries(object: object, room: { bytes: number }): [string, unknown][] {
  room.bytes -= BRACKETS_BYTES;
  const entries: [string, unknown][] = Object.entries(object);
  const kept: typeof entries = [];
  for (const [name, value] of entries) {
    room.bytes -= sizeOf(truncate(name));
    const shown = copy(value, room);
    if (shown === undefined) return [...kept, ['…', `and ${entries.length - kept.length} more`]];
    kept.push([truncate(name), shown]);
  }
  return kept;
}

/** ASCII characters that JSON does not escape. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/** The size as JSON, with a comma. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string' && PLAIN_TEXT.test(value)) return value.length + '"",'.length;
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}

/**
 * The text or, if it is too long, its beginning and its length. The note is ASCII, because one other character
 * would double the memory of a record's whole text.
 */
export function truncate(text: string, limit = TEXT_LIMIT): string {
  return text.length <= limit ? text : `${text.slice(0, limit)} (cut, length: ${text.length})`;
}

/**
 * Prints indented JSON. An array without objects and arrays is on one line. Only for values with a size
 * limit.
 */
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
