/** A text that differs from mail to mail, and how it is found in a composed mail. */
export interface Gap {
  readonly name: string
  readonly length: number
  /**
   * One of several texts of this length, counted from 0. In the first two, every position has a pair of characters that
   * no other position of any gap has, so each character of a composed mail that belongs to a gap tells which one.
   */
  readonly stand: (which: number) => string
}

type Values = Readonly<Record<string, string>>

/** A part of a composed mail: a text that is always the same, or one that follows from the values of the gaps. */
export type Piece = string | ((values: Values) => string)

/** Runs of base64, and what is between them. A line or an encoded word in base64 is one run. */
const RUNS = /[A-Za-z0-9+/]+=*|[^A-Za-z0-9+/]+/g

/**
 * Finds the gaps in a text, from two versions of it with the first two stands of each gap. Returns
 * `undefined` if the versions differ in anything that the gaps do not explain.
 */
export function findGaps(
  first: string,
  second: string,
  gaps: readonly Gap[],
): readonly Piece[] | undefined {
  if (first.length !== second.length) return undefined
  const positions = positionsOf(gaps)
  const pieces: Piece[] = []
  for (const { 0: run, index } of first.matchAll(RUNS)) {
    const other = second.slice(index, index + run.length)
    const plain = asItIs(run, other, positions)
    const coded = run === other ? undefined : inBase64(run, other, positions)
    // With two readings, the gap could be filled by the wrong one.
    if (plain && coded) return undefined
    const found = plain ?? coded
    if (!found) return undefined
    pieces.push(...found)
  }
  return joined(pieces)
}

export function fill(pieces: readonly Piece[], values: Values): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(values)
  return text
}

interface Position {
  readonly name: string
  readonly index: number
}

/** By the pair of characters that stand at a position. */
type Positions = ReadonlyMap<string, Position>

function positionsOf(gaps: readonly Gap[]): Positions {
  const positions = new Map<string, Position>()
  for (const { name, length, stand } of gaps) {
    const [first, second] = [stand(0), stand(1)]
    for (let index = 0; index < length; index += 1) {
      positions.set(`${first[index]}${second[index]}`, { name, index })
    }
  }
  return positions
}

/** The gaps of a run in which they are written as they are: plain text, or quoted-printable. */
function asItIs(first: string, second: string, positions: Positions): Piece[] | undefined {
  if (first === second) return [first]
  const pieces: Piece[] = []
  for (let at = 0; at < first.length; ) {
    const start = at
    while (at < first.length && first[at] === second[at]) at += 1
    if (at > start) pieces.push(first.slice(start, at))
    if (at === first.length) break
    const position = positions.get(`${first[at]}${second[at]}`)
    if (!position) return undefined
    const { name, index: from } = position
    // A gap may be cut by the end of a line.
    let to = from
    for (; at < first.length; at += 1, to += 1) {
      const next = positions.get(`${first[at]}${second[at]}`)
      if (next?.name !== name || next.index !== to) break
    }
    pieces.push((values) => (values[name] as string).slice(from, to))
  }
  return pieces
}

/** The gaps of a run of base64: its bytes are encoded again for each mail. */
function inBase64(first: string, second: string, positions: Positions): Piece[] | undefined {
  const [plainFirst, plainSecond] = [decoded(first), decoded(second)]
  if (plainFirst === undefined || plainSecond === undefined) return undefined
  const plain = asItIs(plainFirst, plainSecond, positions)
  return plain && [(values) => Buffer.from(fill(plain, values), 'latin1').toString('base64')]
}

function decoded(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? bytes.toString('latin1') : undefined
}

/** Joins neighbouring texts, so that there is little to do for each mail. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (typeof piece === 'string' && typeof last === 'string')
      result[result.length - 1] = last + piece
    else result.push(piece)
  }
  return result
}
