namespace CPrune.Devices;

/// <summary>A compiled model cannot be timed: it crashes, hangs or cannot be loaded. The message says which, as a sentence without its end. It says nothing of other models.</summary>
public sealed class LibraryFailedException(string message) : Exception(message);
