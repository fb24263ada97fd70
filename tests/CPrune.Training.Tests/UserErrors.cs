using CPrune.Graph;

namespace CPrune.Training.Tests;

/// <summary>Errors that a user sees, held to their exact words.</summary>
internal static class UserErrors
{
    public static void AssertSays(UserErrorKind kind, string message, Action action)
    {
        var error = Assert.Throws<UserErrorException>(action);
        Assert.Equal(message, error.Message);
        Assert.Equal(kind, error.Kind);
    }
}
