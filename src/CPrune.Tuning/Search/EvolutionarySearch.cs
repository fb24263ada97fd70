using CPrune.Compiler.Schedules;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Space;

namespace CPrune.Tuning.Search;

/// <summary>
/// Proposes the next programs of one task: a population of the fastest measured programs and random ones evolves under the cost model;
/// the best unmeasured ones are proposed, together with a few that the model did not choose.
/// </summary>
internal sealed class EvolutionarySearch
{
    /// <summary>Draws before a space counts as used up.</summary>
    private const int MostDraws = 400;

    /// <summary>Measured programs that enter a population.</summary>
    private const int Elite = 16;

    private readonly TaskState _task;
    private readonly SearchOptions _options;
    private readonly Random _random;
    private readonly Sketch _sketch;
    private readonly Sampler _sampler;
    private readonly Variation _variation;
    private readonly Proposals _proposals;
    private readonly Queue<Schedule> _seeds;

    public EvolutionarySearch(TaskState task, IEnumerable<Schedule> seeds, SearchOptions options, Random random)
    {
        _task = task;
        _options = options;
        _random = random;
        _sketch = new Sketch(task.Computation, task.Target);
        _sampler = new Sampler(_sketch, random);
        _variation = new Variation(_sketch, _sampler, random);
        _proposals = new Proposals(_sketch, task);
        _seeds = new Queue<Schedule>(seeds);
    }

    /// <summary>At most <paramref name="count"/> programs that were neither measured nor proposed before; fewer when the space is used up.</summary>
    /// <param name="borrowed">Programs of similar workloads, to be measured first where they are new here.</param>
    public IReadOnlyList<Candidate> Next(int count, IEnumerable<Schedule> borrowed, IProgramRanker ranker)
    {
        var batch = new List<Candidate>();
        foreach (var schedule in borrowed) _seeds.Enqueue(schedule);
        while (batch.Count < count && _seeds.TryDequeue(out var seed))
            if (_proposals.Accept(seed) is { } candidate) batch.Add(candidate);
        if (batch.Count == count) return batch;
        var randomShare = ranker is LearnedRanker ? _options.RandomShare : _options.UnlearnedRandomShare;
        var byModel = batch.Count + (int)Math.Ceiling((count - batch.Count) * (1 - randomShare));
        foreach (var individual in Ranked(Evolve(ranker), ranker))
        {
            if (batch.Count >= byModel) break;
            if (_proposals.Accept(individual.Candidate.Nest.Schedule) is { } candidate) batch.Add(candidate);
        }

        for (var draw = 0; draw < MostDraws && batch.Count < count; draw++)
            if (_proposals.Accept(_sketch.ToSchedule(_sampler.Draw())) is { } candidate) batch.Add(candidate);
        return batch;
    }

    /// <summary>Everything the generations brought up.</summary>
    private List<Individual> Evolve(IProgramRanker ranker)
    {
        var seen = new Dictionary<string, Individual>();
        var population = FirstGeneration(seen);
        for (var generation = 0; generation < _options.Generations && population.Count > 1; generation++)
        {
            var parents = new RouletteWheel<Individual>(Ranked(population, ranker), _random);
            population = [];
            for (var draw = 0; draw < _options.Population * 2 && population.Count < _options.Population; draw++)
            {
                var child = _random.NextDouble() < _options.CrossShare
                    ? _variation.Cross(parents.Pick().Decisions, parents.Pick().Decisions)
                    : _variation.Mutate(parents.Pick().Decisions);
                Add(child, seen, population);
            }
        }

        return [.. seen.Values];
    }

    private List<Individual> FirstGeneration(Dictionary<string, Individual> seen)
    {
        var population = new List<Individual>();
        foreach (var record in _task.Fastest(Elite))
            if (_sketch.Read(Schedule.Parse(record.Schedule)) is { } decisions) Add(decisions, seen, population);
        for (var draw = 0; draw < MostDraws && population.Count < _options.Population; draw++) Add(_sampler.Draw(), seen, population);
        return population;
    }

    private void Add(Decisions decisions, Dictionary<string, Individual> seen, List<Individual> population)
    {
        var schedule = _sketch.ToSchedule(decisions);
        var text = schedule.ToString();
        if (seen.ContainsKey(text) || _sketch.Apply(schedule) is not { } nest) return;
        var individual = new Individual(text, decisions, new Candidate(nest, ProgramFeatures.Of(nest, _sketch.Target)));
        seen.Add(text, individual);
        population.Add(individual);
    }

    /// <summary>Best first; equal scores in the order of their text, so that a run can be repeated.</summary>
    private static List<Individual> Ranked(List<Individual> individuals, IProgramRanker ranker)
    {
        var scores = ranker.Score([.. individuals.Select(i => i.Candidate)]);
        return [.. individuals.Zip(scores).OrderByDescending(p => p.Second).ThenBy(p => p.First.Text, StringComparer.Ordinal).Select(p => p.First)];
    }

    private sealed record Individual(string Text, Decisions Decisions, Candidate Candidate);
}
