using System.Text.RegularExpressions;

namespace CPrune.Architecture.Tests;

/// <summary>Who may use whom (ARCHITECTURE.md). A room uses only rooms that stand below it.</summary>
public class RoomTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["CPrune.Graph"] = [],
        ["CPrune.Compiler"] = ["CPrune.Graph"],
        ["CPrune.Runtime"] = [],
        ["CPrune.Devices"] = ["CPrune.Graph", "CPrune.Compiler", "CPrune.Runtime"],
        ["CPrune.Tuning"] = ["CPrune.Graph", "CPrune.Compiler", "CPrune.Runtime", "CPrune.Devices"],
        ["CPrune.Training"] = ["CPrune.Graph", "CPrune.Runtime"],
        ["CPrune.Pruning"] = ["CPrune.Graph", "CPrune.Compiler", "CPrune.Runtime", "CPrune.Devices", "CPrune.Tuning", "CPrune.Training"],
        ["CPrune.Reporting"] = ["CPrune.Graph", "CPrune.Devices", "CPrune.Pruning"],
        ["CPrune.Worker"] = ["CPrune.Graph", "CPrune.Compiler", "CPrune.Runtime", "CPrune.Devices"],
        ["CPrune.Cli"] =
        [
            "CPrune.Graph", "CPrune.Compiler", "CPrune.Runtime", "CPrune.Devices", "CPrune.Tuning", "CPrune.Training", "CPrune.Pruning",
            "CPrune.Reporting", "CPrune.Worker",
        ],
    };

    public static TheoryData<string> Rooms => [.. Repository.Rooms];

    [Fact]
    public void Every_room_has_its_rule() => Assert.Equal(MayUse.Keys.Order(StringComparer.Ordinal), Repository.Rooms);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_rooms_below_it(string room) =>
        Assert.All(Repository.ReferencesOf(room), reference => Assert.Contains(reference, MayUse[room]));

    /// <summary>References are transitive in .NET; the code must not reach through them either.</summary>
    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_imports_only_rooms_below_it(string room)
    {
        var forbidden = Repository.Rooms.Except(MayUse[room]).Except([room]);
        Nothing.In(forbidden.SelectMany(other =>
            Repository.Sources($"src/{room}").SelectMany(f => Repository.Uses(f, new Regex($@"\b{Regex.Escape(other)}\b")))));
    }

    /// <summary>However it is written: inside <c>namespace CPrune.Pruning</c> another room's <c>Tuning.Records</c> need no import and no prefix.</summary>
    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_compiled_room_needs_only_rooms_below_it(string room)
    {
        var rooms = Repository.Rooms.ToDictionary(Repository.AssemblyOf);
        var needed = Repository.NeededBy(room);
        Assert.NotEmpty(needed);
        Assert.All(needed.Where(rooms.ContainsKey), assembly => Assert.Contains(rooms[assembly], MayUse[room]));
    }

    [Theory]
    [InlineData("CPrune.Runtime")]
    public void The_runtime_depends_on_nothing(string room)
    {
        Assert.Empty(Repository.ReferencesOf(room));
        Assert.Empty(Repository.PackagesOf(room));
    }
}
