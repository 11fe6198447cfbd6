/** Numbers and texts as ZooKeeper sends them (jute): big endian, lengths in front. */

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export function bool(value: boolean): Buffer {
  return Buffer.from([value ? 1 : 0]);
}

export function buffer(value: Buffer): Buffer {
  return Buffer.concat([int(value.length), value]);
}

export function text(value: string): Buffer {
  return buffer(Buffer.from(value));
}

/** Reads in the order of writing; throws a RangeError past the end. */
export class Reader {
  private position = 0;

  constructor(private readonly bytes: Buffer) {}

  int(): number {
    return this.bytes.readInt32BE((this.position += 4) - 4);
  }

  long(): bigint {
    return this.bytes.readBigInt64BE((this.position += 8) - 8);
  }

  /** Null and empty are the same to us: a length of -1 means null. */
  buffer(): Buffer {
    const length = Math.max(this.int(), 0);
    if (this.position + length > this.bytes.length) throw new RangeError('a length is too long');
    return this.bytes.subarray(this.position, (this.position += length));
  }

  text(): string {
    return this.buffer().toString();
  }

  texts(): string[] {
    return Array.from({ length: Math.max(this.int(), 0) }, () => this.text());
  }
}
