/** Rows of numbers, one per sample, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

export function matrix(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) throw new RangeError(`row ${i} has ${row.length} numbers, the first has ${columns}`);
    data.set(row, i * columns);
  });
  return { rows: rows.length, columns, data };
}

/** Some rows and, where given, some columns. */
export function select(from: Matrix, rows: readonly number[], columns?: readonly number[]): Matrix {
  if (!columns) {
    const data = new Float64Array(rows.length * from.columns);
    rows.forEach((row, i) => {
      data.set(from.data.subarray(row * from.columns, (row + 1) * from.columns), i * from.columns);
    });
    return { rows: rows.length, columns: from.columns, data };
  }
  const picked = rows.flatMap((row) => columns.map((column) => from.data[row * from.columns + column] as number));
  return { rows: rows.length, columns: columns.length, data: Float64Array.from(picked) };
}
