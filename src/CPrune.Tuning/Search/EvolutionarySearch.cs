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
    /// <param name="borrowed">
    /// Programs of similar workloads: parents of what is proposed, and to be measured themselves where they are new here. While neighbours are tuned as well there are
    /// ever more of them, so they fill no more than half of a batch once something is known.
    /// </param>
    public IReadOnlyList<Candidate> Next(int count, IReadOnlyList<Schedule> borrowed, IProgramRanker ranker)
    {
        var batch = new List<Candidate>();
        while (batch.Count < count && _seeds.TryDequeue(out var seed)) Take(seed);
        var mostBorrowed = _task.Programs.Any() ? count / 2 : count;
        foreach (var schedule in borrowed)
        {
            if (batch.Count >= mostBorrowed) break;
            Take(schedule);
        }

        if (batch.Count == count) return batch;
        var byModel = batch.Count + (int)Math.Ceiling((count - batch.Count) * (1 - RandomShare(ranker)));
        foreach (var individual in Ranked(Evolve(borrowed, ranker), ranker))
        {
            if (batch.Count >= byModel) break;
            Take(individual.Candidate.Nest.Schedule);
        }

        for (var draw = 0; draw < MostDraws && batch.Count < count; draw++) Take(_sketch.ToSchedule(_sampler.Draw()));
        return batch;

        void Take(Schedule schedule)
        {
            if (_proposals.Accept(schedule) is { } candidate) batch.Add(candidate);
        }
    }

    private double RandomShare(IProgramRanker ranker)
    {
        if (ranker is not LearnedRanker) return _options.UnlearnedRandomShare;
        return _task.Trials < _options.TrialsBeforeRandom ? 0 : _options.RandomShare;
    }

    /// <summary>Everything the generations brought up.</summary>
    private List<Individual> Evolve(IReadOnlyList<Schedule> borrowed, IProgramRanker ranker)
    {
        var seen = new Dictionary<string, Individual>();
        var population = FirstGeneration(borrowed, seen);
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

    private List<Individual> FirstGeneration(IReadOnlyList<Schedule> borrowed, Dictionary<string, Individual> seen)
    {
        var population = new List<Individual>();
        foreach (var schedule in _task.Fastest(Elite).Select(r => Schedule.Parse(r.Schedule)).Concat(borrowed))
            if (_sketch.Read(schedule) is { } decisions) Add(decisions, seen, population);
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
