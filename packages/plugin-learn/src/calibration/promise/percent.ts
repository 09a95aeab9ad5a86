/** `0.05` as `5 %`, `0.975` as `97.5 %`. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(4))} %`;
