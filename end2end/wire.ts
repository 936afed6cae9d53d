// Reads what server functions answer: one value after another, without names, as `model::wire` writes them.

const STAMPED = 12;
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

class Answer {
  private at = STAMPED;

  constructor(private readonly bytes: Buffer) {}

  number(size: 1 | 4): number {
    this.at += size;
    return this.bytes.readUIntLE(this.at - size, size);
  }

  text(): string {
    const length = this.number(4);
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  id(): string {
    let bits = 0n;
    for (let byte = 15; byte >= 0; byte -= 1) bits = (bits << 8n) | BigInt(this.bytes[this.at + byte]);
    this.at += 16;
    const places = Array.from({ length: 26 }, (_, place) => BigInt(5 * (25 - place)));
    return places.map((place) => DIGITS[Number((bits >> place) & 31n)]).join('');
  }

  many<T>(one: () => T): T[] {
    return Array.from({ length: this.number(4) }, one);
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new Error(`${this.bytes.length - this.at} bytes are left over`);
  }
}

/** The messages that were queued; anything else is an error. */
export function queued(bytes: Buffer): string[] {
  const answer = new Answer(bytes);
  if (answer.number(1) !== 0) throw new Error(`not queued: ${bytes.toString('utf8', STAMPED)}`);
  const messages = answer.many(() => answer.id());
  answer.end();
  return messages;
}

export function colleagues(bytes: Buffer): { id: string; name: string; isAvailable: boolean }[] {
  const answer = new Answer(bytes);
  const all = answer.many(() => ({ id: answer.id(), name: answer.text(), isAvailable: answer.number(1) === 1 }));
  answer.many(() => ({ id: answer.id(), team: answer.text() }));
  answer.end();
  return all;
}
