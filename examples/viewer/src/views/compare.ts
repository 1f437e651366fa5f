export const make: any = () => { throw 0 }
