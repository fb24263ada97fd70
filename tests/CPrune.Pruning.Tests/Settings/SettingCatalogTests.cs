using System.Globalization;
using CPrune.Graph;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Settings;

public class SettingCatalogTests
{
    public static TheoryData<string> Names => [.. SettingCatalog.All.Select(s => s.Name)];

    [Fact]
    public void EveryNumberHasANameAUnitAndASource()
    {
        Assert.Distinct(SettingCatalog.All.Select(s => s.Name));
        Assert.All(SettingCatalog.All, s => Assert.Matches("^[a-z]+(-[a-z]+)*$", s.Name));
        Assert.All(SettingCatalog.All, s => Assert.NotEmpty(s.Unit));
        Assert.All(SettingCatalog.All, s => Assert.NotEmpty(s.Source));
        Assert.All(SettingCatalog.All, s => Assert.True(s.Least < s.Most, s.Name));
    }

    /// <summary>A number that no setting reaches could not be changed, nor told in a report.</summary>
    [Fact]
    public void EveryNumberOfARunIsASetting()
    {
        var names = typeof(PruneSettings).GetProperties().Where(p => p.PropertyType == typeof(double) || p.PropertyType == typeof(int)).Select(p => p.Name);
        Assert.Equal(names.Order(), SettingCatalog.All.Select(s => string.Concat(s.Name.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]))).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsSetIsWhatIsReadAndNothingElseChanges(string name)
    {
        var (setting, defaults) = (SettingCatalog.All.Single(s => s.Name == name), new PruneSettings());
        Assert.InRange(setting.Get(defaults), setting.Least, setting.Most);
        // Within the range, whole, and not what it is already.
        foreach (var value in new[] { setting.Least, setting.Most, setting.IsWhole ? setting.Least + 3 : setting.Least + ((setting.Most - setting.Least) / 4) })
        {
            var changed = SettingCatalog.Set(defaults, string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
            Assert.Equal(value, setting.Get(changed));
            Assert.Equal(defaults, setting.With(changed, setting.Get(defaults)));
            Assert.All(SettingCatalog.All.Where(s => s != setting), s => Assert.Equal(s.Get(defaults), s.Get(changed)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsOutOfRangeIsRefused(string name)
    {
        var setting = SettingCatalog.All.Single(s => s.Name == name);
        foreach (var value in new[] { setting.Least - 1, setting.Most + 1, double.NaN, double.PositiveInfinity })
            Assert.Throws<UserErrorException>(() => SettingCatalog.Set(new(), string.Create(CultureInfo.InvariantCulture, $"{name}={value}")));
        if (setting.IsWhole) Assert.Throws<UserErrorException>(() => SettingCatalog.Set(new(), string.Create(CultureInfo.InvariantCulture, $"{name}={setting.Least + 0.5}")));
    }

    [Theory]
    [InlineData("alpha", "--set 'alpha': alpha takes a number from 0.5 to 1 (share), for example alpha=0.995")]
    [InlineData("alpha=", "--set 'alpha=': alpha takes a number from 0.5 to 1 (share), for example alpha=0.995")]
    [InlineData("alpha=0,9", "--set 'alpha=0,9': alpha takes a number from 0.5 to 1 (share), for example alpha=0.995")]
    [InlineData("alpha=2", "--set 'alpha=2': alpha takes a number from 0.5 to 1 (share), for example alpha=0.995")]
    [InlineData("walk-batch=1.5", "--set 'walk-batch=1.5': walk-batch takes a whole number from 1 to 65536 (images), for example walk-batch=64")]
    public void AnAssignmentThatIsNoneIsExplained(string assignment, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => SettingCatalog.Set(new(), assignment));
        Assert.Equal((UserErrorKind.Usage, message), (error.Kind, error.Message));
    }

    [Fact]
    public void AnUnknownSettingIsAnsweredWithAllThereAre()
    {
        var error = Assert.Throws<UserErrorException>(() => SettingCatalog.Set(new(), "alfa=1"));
        Assert.Equal($"--set 'alfa=1': there is no setting 'alfa'; there are {string.Join(", ", SettingCatalog.All.Select(s => s.Name))}", error.Message);
    }

    [Fact]
    public void SpacesAroundAnAssignmentDoNotMatter() => Assert.Equal(0.9, SettingCatalog.Set(new(), " alpha = 0.9 ").Alpha);

    [Fact]
    public void ReportsSpellNumbersAlikeEverywhere()
    {
        var texts = SettingCatalog.Texts(new PruneSettings { Alpha = 0.75, Trials = 12 });
        Assert.Equal(("0.75", "12"), (texts["alpha"], texts["trials"]));
        Assert.Equal(SettingCatalog.All.Length, texts.Count);
    }
}
