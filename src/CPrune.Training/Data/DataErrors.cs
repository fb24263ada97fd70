using CPrune.Graph;

namespace CPrune.Training.Data;

/// <summary>Errors of the data, all of kind <see cref="UserErrorKind.Data"/>.</summary>
internal static class DataErrors
{
    public static UserErrorException Of(string message) => new(UserErrorKind.Data, message);

    public static UserErrorException Of(string message, Exception inner) => new(UserErrorKind.Data, message, inner);
}
