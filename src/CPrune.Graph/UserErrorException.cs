namespace CPrune.Graph;

/// <summary>What went wrong, as a class that scripts can act on. The values are the command's exit codes.</summary>
public enum UserErrorKind
{
    /// <summary>The command line itself is wrong.</summary>
    Usage = 2,

    /// <summary>The model file cannot be used: not ONNX, truncated, an unknown operator, nothing prunable.</summary>
    Model = 3,

    /// <summary>The data cannot be used: missing, incomplete, wrong image size, labels outside the model's classes.</summary>
    Data = 4,

    /// <summary>The target or its tool chain is not there: unknown target, no LLVM, no linker.</summary>
    Target = 5,

    /// <summary>The output cannot be written, or the folder belongs to another run.</summary>
    Output = 6,

    /// <summary>The goal cannot be met: for example a floor above the model's own accuracy.</summary>
    Goal = 7,
}

/// <summary>
/// An error of the input or the machine, not of the program. Its message is one sentence that says what, where
/// and what to do; the command line prints it without a stack trace and exits with <see cref="Kind"/>.
/// </summary>
public class UserErrorException : Exception
{
    public UserErrorException(UserErrorKind kind, string message) : base(message) => Kind = kind;

    public UserErrorException(UserErrorKind kind, string message, Exception inner) : base(message, inner) => Kind = kind;

    public UserErrorKind Kind { get; }
}
