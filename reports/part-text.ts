/** `part 2 of 5` */
export const partText = ({ index, total }: { index: number; total: number }) => `part ${index} of ${total}`
