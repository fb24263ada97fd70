using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Tests.Steps;

public class OtherStepTests
{
    [Theory]
    [InlineData(64, "4s 1r 16v", 4)]
    [InlineData(64, "2s 2r 16v", 4)]
    [InlineData(64, "16s 4v", 4)]
    [InlineData(16, "16s", 1)]
    public void The_authors_take_all_factors_but_the_largest(int filters, string loops, int cut) =>
        Assert.Equal(cut, Step(new PaperStep(), StructureStepTests.Request(filters, loops)).Filters);

    [Fact]
    public void The_authors_take_the_larger_of_two_stages()
    {
        var request = StructureStepTests.Request(64, "4s 1r 16v");
        request = request with { Own = request.Own.Add(StructureStepTests.Stage("output", "oc", 64, "8s 8v")) };

        Assert.Equal(8, Step(new PaperStep(), request).Filters);
        Assert.Equal(24, Step(new PaperStep(), request with { Refused = 16 }).Filters);
    }

    [Fact]
    public void The_authors_step_does_not_look_at_structure()
    {
        Assert.Equal(
            new StepProposal(4, "64 = 4×1×16 → 60; not kept: oc of own", false), Step(new PaperStep(), StructureStepTests.Request(64, "4s 1r 16v")));
        Assert.True(Step(new PaperStep(), StructureStepTests.Request(64, "16s 4v")).PreservesStructure);
    }

    [Fact]
    public void A_fixed_step_is_what_it_says()
    {
        var request = StructureStepTests.Request(64, "4s 1r 16v");

        Assert.Equal(new StepProposal(6, "64 → 58", false), Step(new FixedStep(6), request));
        Assert.Equal(new StepProposal(32, "64 → 32", true), Step(new FixedStep(16), request with { Refused = 16 }));
        Assert.Equal(new StepResult.None("no legal step: a cut of 64 would take all 64 filters"), new FixedStep(32).Propose(request with { Refused = 32 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedStep(0));
    }

    private static StepProposal Step(IStepRule rule, StepRequest request) => Assert.IsType<StepResult.Proposed>(rule.Propose(request)).Step;
}
