/** What is read is no message of protobuf, or is more than may be. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** A field of a message: how it is named in JSON, and what it holds. A list takes one more value each time. */
export interface Field {
  readonly name: string;
  readonly type: FieldType | Message;
  readonly isList?: boolean;
}

/** Fields by their numbers. Others are skipped. */
export type Message = ReadonlyMap<number, Field>;

/** `hex`: bytes as hex digits; `nanos`: a `fixed64` as decimal digits; `integer`: a varint, which may be negative. */
export type FieldType = 'hex' | 'text' | 'integer' | 'boolean' | 'nanos' | 'fixed32' | 'double';

/**
 * Reads messages of protobuf's wire format as their JSON has them. It goes no deeper than the message it is given is described, and stops
 * where there are more messages than may be.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;
  #messagesLeft: number;

  constructor(bytes: Buffer, mostMessages: number) {
    this.#bytes = bytes;
    this.#messagesLeft = mostMessages;
  }

  /** @throws {ProtobufError} */
  read(message: Message, end: number = this.#bytes.length): Record<string, unknown> {
    this.#messagesLeft -= 1;
    if (this.#messagesLeft < 0)
      throw new ProtobufError('There is more in it than may be: send less at once.');
    const fields: Record<string, unknown> = {};
    while (this.#at < end) {
      const tag = this.#varint(end);
      const field = message.get(Math.floor(tag / 8));
      const wireType = tag % 8;
      if (
        field === undefined ||
        wireTypes[typeof field.type === 'string' ? field.type : 'message'] !== wireType
      ) {
        this.#skip(wireType, end);
        continue;
      }
      const value = this.#value(field.type, end);
      if (!field.isList) fields[field.name] = value;
      else if (fields[field.name] === undefined) fields[field.name] = [value];
      else (fields[field.name] as unknown[]).push(value);
    }
    return fields;
  }

  #value(type: Field['type'], end: number): unknown {
    if (typeof type !== 'string') {
      const length = this.#length(end);
      return this.read(type, this.#at + length);
    }
    if (type === 'hex' || type === 'text') {
      return this.#take(this.#length(end), end).toString(type === 'hex' ? 'hex' : 'utf8');
    }
    if (type === 'nanos') return String(this.#take(8, end).readBigUInt64LE());
    if (type === 'double') return this.#take(8, end).readDoubleLE();
    if (type === 'fixed32') return this.#take(4, end).readUInt32LE();
    const varint = this.#varint(end);
    return type === 'boolean' ? varint !== 0 : varint;
  }

  #skip(wireType: number, end: number): void {
    if (wireType === 0) this.#varint(end);
    else if (wireType === 1) this.#take(8, end);
    else if (wireType === 2) this.#take(this.#length(end), end);
    else if (wireType === 5) this.#take(4, end);
    else throw new ProtobufError(`It is no protobuf: there is a wire type ${wireType} at byte ${this.#at}.`);
  }

  #length(end: number): number {
    const length = this.#varint(end);
    if (length < 0 || length > end - this.#at)
      throw new ProtobufError(`It is no protobuf: it is cut at byte ${this.#at}.`);
    return length;
  }

  #take(length: number, end: number): Buffer {
    if (length > end - this.#at) throw new ProtobufError(`It is no protobuf: it is cut at byte ${this.#at}.`);
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  /** At most 10 bytes, of which each has 7 bits, the lowest first. Beyond 2^53 it is rounded. */
  #varint(end: number): number {
    const from = this.#at;
    let value = 0;
    for (let factor = 1; this.#at < end && this.#at < from + 10; factor *= 128) {
      const byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return this.#at < from + 10 ? value : this.#signed(from);
    }
    throw new ProtobufError(`It is no protobuf: a number before byte ${this.#at} does not end.`);
  }

  /** A varint of 10 bytes is below zero, in two's complement of 64 bits. */
  #signed(from: number): number {
    let value = 0n;
    for (let at = this.#at - 1; at >= from; at -= 1)
      value = (value << 7n) | BigInt((this.#bytes[at] ?? 0) & 0x7f);
    return Number(BigInt.asIntN(64, value));
  }
}

const wireTypes: Readonly<Record<FieldType | 'message', number>> = {
  integer: 0,
  boolean: 0,
  nanos: 1,
  double: 1,
  hex: 2,
  text: 2,
  message: 2,
  fixed32: 5,
};
