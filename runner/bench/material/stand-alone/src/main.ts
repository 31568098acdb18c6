// The learner's file is written over this one.
export {}
