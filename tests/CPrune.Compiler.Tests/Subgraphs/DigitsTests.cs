using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Subgraphs.Rearranging;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CsCheck;

namespace CPrune.Compiler.Tests.Subgraphs;

public class DigitsTests
{
    private static readonly Gen<(int[] Shape, int Seed)> Shapes = Gen.Int[1, 5].Array[1, 5].Select(Gen.Int[0, 1000]);

    [Fact]
    public void Any_transposition_has_digits_that_name_the_places_it_takes_elements_from() => Shapes.Sample(drawn =>
    {
        var order = Enumerable.Range(0, drawn.Shape.Length).ToArray();
        new Random(drawn.Seed).Shuffle(order);
        var places = Transposed(drawn.Shape, order);
        var vector = new ActivationExtents(1, 1, places.Length);

        var digits = Digits.Of(places, vector, vector)!.Value;

        Assert.Equal(places, Enumerable.Range(0, places.Length).Select(i => digits.Sum(d => (long)(i / d.To % d.Extent) * d.From)));
        Assert.Equal(places.Length, digits.Aggregate(1, (n, d) => n * d.Extent));
        Assert.All(digits, d => Assert.True(d.Extent > 1));
    });

    [Fact]
    public void No_digit_reaches_over_the_end_of_a_row_or_a_channel()
    {
        var image = new ActivationExtents(4, 6, 3);
        var turned = new ActivationExtents(6, 3, 4); // [1,3,4,6] → [1,4,6,3]
        var digits = Digits.Of(Transposed([3, 4, 6], [1, 2, 0]), image, turned)!.Value;

        Assert.Equal([new Digit(3, 1, 24), new Digit(6, 3, 1), new Digit(4, 18, 6)], digits);
    }

    [Fact]
    public void What_was_one_loop_is_cut_where_the_other_side_has_an_end()
    {
        var digits = Digits.Of(Transposed([24], [0]), new ActivationExtents(2, 2, 6), new ActivationExtents(1, 12, 2))!.Value;

        Assert.Equal([new Digit(2, 1, 1), new Digit(2, 2, 2), new Digit(3, 4, 4), new Digit(2, 12, 12)], digits);
    }

    [Fact]
    public void Ends_that_do_not_meet_and_disorder_have_no_digits()
    {
        Assert.Null(Digits.Of(Transposed([6], [0]), new ActivationExtents(1, 2, 3), new ActivationExtents(1, 3, 2)));
        Assert.Null(Digits.Of([0, 1, 3, 2], new ActivationExtents(1, 1, 4), new ActivationExtents(1, 1, 4)));
    }

    private static ImmutableArray<long> Transposed(int[] shape, int[] order)
    {
        var numbers = Tensor.Of([.. Enumerable.Range(0, shape.Aggregate(1, (n, e) => n * e)).Select(i => (long)i)], ImmutableArray.Create(shape));
        var node = new Node { Name = "turn", OpType = "Transpose", Inputs = ["x"], Outputs = ["y"] }
            .With("perm", new AttributeValue.Ints([.. order.Select(a => (long)a)]));
        return [.. OperatorCatalog.Find(node).Evaluate(new OperatorCall(node, 13, [Argument.Of(numbers)]))[0].Longs];
    }
}
