/** Whether two types are the same, and not only assignable to each other. */
export type Is<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles where the condition is `true` alone. */
export function sure<_Condition extends true>(): void {}
