"""The tables of portal, folded from the steps that built them up before the first release."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('portal', '0001_search'), ('portal', '0002_policies_found')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='标识')),
                ('kind', models.CharField(choices=[('matter', '事项'), ('page', '页面'), ('help', '常见问题'), ('levy', '税费种'), ('policy', '优惠政策'), ('article', '办法条文')], max_length=12, verbose_name='类别')),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('title_en', models.CharField(max_length=200, verbose_name='英文标题')),
                ('summary', models.CharField(blank=True, max_length=500, verbose_name='摘要')),
                ('summary_en', models.CharField(blank=True, max_length=500, verbose_name='英文摘要')),
                ('route', models.CharField(max_length=80, verbose_name='路由')),
                ('arguments', models.JSONField(default=dict, verbose_name='路由参数')),
                ('fragment', models.CharField(blank=True, max_length=60, verbose_name='页内位置')),
                ('article', models.CharField(blank=True, max_length=60, verbose_name='条款')),
                ('weight', models.FloatField(default=1.0, verbose_name='权重')),
                ('vector', django.contrib.postgres.search.SearchVectorField(verbose_name='词元')),
            ],
            options={
                'verbose_name': '搜索条目',
                'verbose_name_plural': '搜索条目',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='search_vector')],
            },
        ),
    ]
