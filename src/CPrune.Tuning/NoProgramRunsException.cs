using CPrune.Graph;

namespace CPrune.Tuning;

/// <summary>Not one program of a task that was tried runs on the target and computes what it should. Other tasks, and the model without this one, may well run.</summary>
public sealed class NoProgramRunsException(string message) : UserErrorException(UserErrorKind.Target, message);
